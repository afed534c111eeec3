[[@layout entry]]
<div class="stack xs"><h1>[[Sign in]]</h1><p class="t2">[[to {{ENTRY_ORGANISATION}}]]</p></div>
<form class="stack" method="post" action="/sign-in">
  {{#HAS_BACK_PATH}}<input type="hidden" name="back" value="{{BACK_PATH}}">{{/HAS_BACK_PATH}}
  {{#STEP_PASSWORD}}
  <div class="field"><label for="email">[[Email]]</label><input class="input" id="email" name="email" type="email" autocomplete="username" value="{{EMAIL}}" required autofocus[[@invalid email]]>[[@error email]]</div>
  <div class="field"><label for="password">[[Password]]</label><input class="input" id="password" name="password" type="password" autocomplete="current-password" required[[@invalid password]]>[[@error password]]</div>
  {{/STEP_PASSWORD}}
  {{#STEP_CODE}}
  <div class="field"><label for="code">[[Code from your authenticator]]</label><input class="input" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required autofocus[[@invalid code]]>[[@error code]]</div>
  {{/STEP_CODE}}
  <button class="btn primary lg block">[[Sign in]]</button>
</form>
<p><a href="/forgot">[[Forgot password?]]</a></p>
<p class="hint">[[You stay signed in for 12 hours without use, 7 days at most. One cookie, used for nothing else.]]</p>
{{#HAS_RESET_HINT}}<p class="hint">{{RESET_HINT}}</p>{{/HAS_RESET_HINT}}
