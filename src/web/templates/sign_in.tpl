[[@layout entry]]
<div class="stack xs"><h1>[[Sign in]]</h1><p class="t2">[[to {{ENTRY_ORGANISATION}}]]</p></div>
{{#STEP_PASSWORD}}<form class="stack" method="post" action="/sign-in">
  {{#HAS_BACK_PATH}}<input type="hidden" name="back" value="{{BACK_PATH}}">{{/HAS_BACK_PATH}}
  <div class="field"><label for="email">[[Email]]</label><input class="input" id="email" name="email" type="email" autocomplete="username" value="{{EMAIL}}" required autofocus[[@invalid email]]>[[@error email]]</div>
  <div class="field"><label for="password">[[Password]]</label><input class="input" id="password" name="password" type="password" autocomplete="current-password" required[[@invalid password]]>[[@error password]]</div>
  <button class="btn primary lg block">[[Sign in]]</button>
</form>
<p><a href="/forgot">[[Forgot password?]]</a></p>
<p class="hint">[[You stay signed in for 12 hours without use, 7 days at most. One cookie, used for nothing else.]]</p>{{/STEP_PASSWORD}}
{{#STEP_CODE}}<form class="stack" method="post" action="/sign-in/code">
  {{#HAS_BACK_PATH}}<input type="hidden" name="back" value="{{BACK_PATH}}">{{/HAS_BACK_PATH}}
  <div class="field"><label for="code">[[Code from your authenticator]]</label><input class="input" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required autofocus[[@invalid code]]>[[@error code]]</div>
  <button class="btn primary lg block">[[Sign in]]</button>
</form>
<details{{#RECOVERY_TRIED}} open{{/RECOVERY_TRIED}}><summary>[[Use a recovery code]]</summary><form class="stack" method="post" action="/sign-in/code">
  {{#HAS_BACK_PATH}}<input type="hidden" name="back" value="{{BACK_PATH}}">{{/HAS_BACK_PATH}}
  <div class="field"><label for="recovery">[[Recovery code]]</label><input class="input" id="recovery" name="recovery" autocomplete="off" maxlength="24" required[[@invalid recovery]]>[[@error recovery]]</div>
  <button class="btn block">[[Sign in]]</button>
</form></details>
<p class="hint">[[Neither phone nor code? An administrator can reset the second step.]]</p>
<p><a href="/sign-in">[[Begin anew]]</a></p>{{/STEP_CODE}}
{{#HAS_RESET_HINT}}<p class="hint">{{RESET_HINT}}</p>{{/HAS_RESET_HINT}}
