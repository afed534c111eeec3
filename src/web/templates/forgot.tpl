[[@layout entry]]
<div class="stack xs"><h1>[[Forgot password]]</h1><p class="t2">[[to {{ENTRY_ORGANISATION}}]]</p></div>
{{#CANNOT_SEND}}<p>[[This server cannot send mail yet. Ask an administrator for a new link: it is made with <code>lethe agent link</code> or under Settings, Agents.]]</p>{{/CANNOT_SEND}}
{{#ASKED}}<p role="status">[[If this is the address of an account here, a mail with a link is on its way. The link works once, for {{LINK_LASTS}}.]]</p><p class="hint">[[Nothing came? Look into the folder for unwanted mail, or ask an administrator.]]</p>{{/ASKED}}
{{#ASKING}}<form class="stack" method="post" action="/forgot">
  <div class="field"><label for="email">[[Email]]</label><input class="input" id="email" name="email" type="email" autocomplete="username" value="{{EMAIL}}" required autofocus[[@invalid email]]>[[@error email]]</div>
  <button class="btn primary lg block">[[Send me a link]]</button>
</form>
<p class="hint">[[With the link you choose a new password. All devices are then signed out.]]</p>{{/ASKING}}
<p><a href="/sign-in">[[Back to sign in]]</a></p>
