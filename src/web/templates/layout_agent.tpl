<!doctype html>
<html lang="{{LANG}}"{{#THEME_IS_DARK}} data-theme="dark"{{/THEME_IS_DARK}}{{#THEME_IS_LIGHT}} data-theme="light"{{/THEME_IS_LIGHT}}>
<head>
[[@include head.tpl]]
</head>
<body data-me="{{ME_ID}}">
<a class="skip" href="#main">[[Skip to content]]</a>
<div class="app">
<header class="topbar">
  <button class="btn ghost icon-only" type="button" popovertarget="nav" aria-label="[[Menu]]">[[@icon menu]]</button>
  <a class="brand" href="/inbox">[[@include logo.tpl]]<span>Lethe</span></a>
  <a class="btn ghost icon-only push" href="/search" aria-label="[[Search]]">[[@icon search]]</a>
  <a class="row plain" href="/settings/me"><span class="vh">[[My settings]]</span>[[@avatar ME]]</a>
</header>
<nav class="nav" id="nav" popover aria-label="[[Main]]">
  <a class="brand" href="/inbox">[[@include logo.tpl]]<span>Lethe<small>{{ORGANISATION}}</small></span></a>
  <a class="find" href="/search" data-open="#palette" data-hotkey="Mod+k" data-what="[[Search or jump to]]">[[@icon search]]<span class="clip">[[Search or jump to]]</span><kbd>Ctrl K</kbd></a>
  <ul role="list">
    <li><a href="/inbox" data-hotkey="g i"{{#AT_INBOX}} aria-current="page"{{/AT_INBOX}}>[[@icon inbox]]<span class="clip">[[Inbox]]</span>{{#HAS_OPEN_TICKETS}}<span class="count">{{OPEN_TICKETS}}</span>{{/HAS_OPEN_TICKETS}}</a></li>
    <li><a href="/people" data-hotkey="g p"{{#AT_PEOPLE}} aria-current="page"{{/AT_PEOPLE}}>[[@icon users]]<span class="clip">[[People]]</span></a></li>
  </ul>
  {{#IS_OFFICER}}
  <p class="nav-h" id="nav-privacy">[[Privacy]]</p>
  <ul role="list" aria-labelledby="nav-privacy">
    <li><a href="/retention" data-hotkey="g e"{{#AT_RETENTION}} aria-current="page"{{/AT_RETENTION}}>[[@icon hourglass]]<span class="clip">[[Retention]]</span></a></li>
    <li><a href="/erasures" data-hotkey="g r"{{#AT_ERASURES}} aria-current="page"{{/AT_ERASURES}}>[[@icon eraser]]<span class="clip">[[Erasures]]</span></a></li>
    <li><a href="/certificates" data-hotkey="g c"{{#AT_CERTIFICATES}} aria-current="page"{{/AT_CERTIFICATES}}>[[@icon file-check]]<span class="clip">[[Certificates]]</span></a></li>
    <li><a href="/holds" data-hotkey="g h"{{#AT_HOLDS}} aria-current="page"{{/AT_HOLDS}}>[[@icon snowflake]]<span class="clip">[[Holds]]</span></a></li>
    <li><a href="/audit" data-hotkey="g l"{{#AT_AUDIT}} aria-current="page"{{/AT_AUDIT}}>[[@icon scroll-text]]<span class="clip">[[Audit]]</span></a></li>
  </ul>
  {{/IS_OFFICER}}
  {{#IS_ADMIN}}
  <p class="nav-h" id="nav-admin">[[Admin]]</p>
  <ul role="list" aria-labelledby="nav-admin">
    <li><a href="/settings" data-hotkey="g s"{{#AT_SETTINGS}} aria-current="page"{{/AT_SETTINGS}}>[[@icon settings]]<span class="clip">[[Settings]]</span></a></li>
  </ul>
  {{/IS_ADMIN}}
  {{#HAS_SAVED_VIEWS}}
  <p class="nav-h" id="nav-views">[[Saved views]]</p>
  <ul role="list" aria-labelledby="nav-views">
    {{#SAVED_VIEW}}<li><a href="{{VIEW_URL}}"{{#IS_CURRENT}} aria-current="page"{{/IS_CURRENT}}>[[@icon bookmark]]<span class="clip">{{VIEW_NAME}}</span><span class="count">{{VIEW_COUNT}}</span></a></li>{{/SAVED_VIEW}}
  </ul>
  {{/HAS_SAVED_VIEWS}}
  <div class="foot">
    [[@avatar ME]]
    <a class="grow plain" href="/settings/me"><span class="clip medium block">{{ME_NAME}}</span><span class="xs t3 clip block">{{MY_ROLE}}</span></a>
    <form method="post" action="/theme" data-theme-form><input type="hidden" name="theme" value="{{#THEME_IS_DARK}}light{{/THEME_IS_DARK}}{{#THEME_IS_NOT_DARK}}dark{{/THEME_IS_NOT_DARK}}"><button class="btn ghost icon-only sm" aria-label="[[Dark theme]]" aria-pressed="{{#THEME_IS_DARK}}true{{/THEME_IS_DARK}}{{#THEME_IS_NOT_DARK}}false{{/THEME_IS_NOT_DARK}}">[[@icon moon]]</button></form>
    <form method="post" action="/sign-out"><button class="btn ghost icon-only sm" aria-label="[[Sign out]]">[[@icon log-out]]</button></form>
  </div>
</nav>
<main class="main" id="main" tabindex="-1">
[[@include notices.tpl]]
[[@content]]
</main>
</div>
<dialog class="palette" id="palette" aria-label="[[Search or jump to]]">
  <form class="head" action="/search" role="search">[[@icon search]]<input type="search" name="q" placeholder="[[Search tickets and people]]" aria-label="[[Search tickets and people]]"><button class="btn ghost sm" type="button" data-close>Esc</button></form>
  <div class="group"><h3>[[Go to]]</h3><div data-goto></div></div>
</dialog>
<dialog id="shortcuts" aria-labelledby="shortcuts-h">
  <div class="head"><h2 id="shortcuts-h" class="grow">[[Keyboard shortcuts]]</h2><a class="sm" href="/settings/me">[[Turn off]]</a><button class="btn ghost sm" type="button" data-close autofocus>[[Close]]</button></div>
  <dl class="body stack s" data-shortcuts></dl>
</dialog>
<button class="vh" type="button" tabindex="-1" aria-hidden="true" data-open="#shortcuts" data-hotkey="?" data-what="[[Keyboard shortcuts]]"></button>
<p class="vh" role="status" data-live></p>
</body>
</html>
