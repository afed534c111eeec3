[[@layout entry]]
{{#EXPIRED}}
<div class="stack xs"><h1>[[This link no longer works]]</h1><p class="t2">[[Links work once and for a limited time. Ask an administrator for a new one.]]</p></div>
<a class="btn lg" href="/sign-in">[[Go to sign in]]</a>
{{/EXPIRED}}
{{#VALID}}
<div class="stack xs"><h1>{{#IS_INVITATION}}[[Welcome]]{{/IS_INVITATION}}{{#IS_RECOVERY}}[[Choose a new password]]{{/IS_RECOVERY}}</h1><p class="t2">[[for {{EMAIL}}]]</p></div>
[[@include errors.tpl]]
<form class="stack" method="post" action="/set-password">
  <input type="hidden" name="token" value="{{LINK_TOKEN}}">
  <input type="hidden" name="email" autocomplete="username" value="{{EMAIL}}">
  <div class="field"><label for="name">[[Name shown to customers]]</label><input class="input" id="name" name="name" autocomplete="name" value="{{NAME}}" required[[@invalid name]]>[[@error name]]</div>
  <div class="field"><label for="password">[[New password]]</label><input class="input" id="password" name="password" type="password" autocomplete="new-password" minlength="{{BYTES_MIN}}" required autofocus aria-describedby="password-hint">[[@error password]]<p class="hint" id="password-hint">[[At least {{BYTES_MIN}} characters. Three unrelated words are easy to keep in mind.]]</p></div>
  <div class="field"><label for="again">[[Once more]]</label><input class="input" id="again" name="again" type="password" autocomplete="new-password" required[[@invalid again]]>[[@error again]]</div>
  <button class="btn primary lg block">[[Set password]]</button>
</form>
{{/VALID}}
