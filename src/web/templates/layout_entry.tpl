<!doctype html>
<html lang="{{LANG}}"{{#THEME_IS_DARK}} data-theme="dark"{{/THEME_IS_DARK}}{{#THEME_IS_LIGHT}} data-theme="light"{{/THEME_IS_LIGHT}}>
<head>
[[@include head.tpl]]
</head>
<body class="roomy">
<a class="skip" href="#main">[[Skip to content]]</a>
<div class="auth">
<main class="form" id="main" tabindex="-1"><div class="stack l">
<p class="brand">[[@include logo.tpl]]<span>{{ENTRY_ORGANISATION}}</span></p>
[[@include notices.tpl]]
[[@content]]
<form class="row wrap" method="post" action="/language">{{#HAS_LINK_TOKEN}}<input type="hidden" name="token" value="{{LINK_TOKEN}}">{{/HAS_LINK_TOKEN}}<label class="vh" for="lg">[[Language]]</label><select class="select auto" id="lg" name="language" data-autosubmit>{{#LANGUAGES}}<option value="{{VALUE}}" lang="{{VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{LABEL}}</option>{{/LANGUAGES}}</select><button class="btn nojs">[[Change]]</button></form>
</div></main>
<aside class="side" aria-label="[[About this helpdesk]]">
  <h2>[[A helpdesk that forgets on time, and can show it.]]</h2>
  <ul role="list">
    <li>[[@icon hourglass]]<span>[[Each ticket says when it will be erased, and why.]]</span></li>
    <li>[[@icon key-round]]<span>[[Each person has keys of their own. Destroying them erases the person, also from backups.]]</span></li>
    <li>[[@icon file-check]]<span>[[Each erasure leaves a signed statement that anyone can check.]]</span></li>
  </ul>
</aside>
</div>
</body>
</html>
