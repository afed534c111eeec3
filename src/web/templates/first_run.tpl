[[@layout entry]]
<div class="stack xs"><h1>[[Set up Lethe]]</h1><p class="t2">[[Three questions. Everything can be changed later.]]</p></div>
[[@include errors.tpl]]
<form class="stack l" method="post" action="/first-run">
  <input type="hidden" name="token" value="{{LINK_TOKEN}}">
  <fieldset class="stack"><legend class="label gap">[[1. Your organisation]]</legend>
    <div class="field"><label for="organisation">[[Name, as customers know it]]</label><input class="input" id="organisation" name="organisation" autocomplete="organization" value="{{FORM_ORGANISATION}}" required[[@invalid organisation]]>[[@error organisation]]</div>
  </fieldset>
  <fieldset class="stack"><legend class="label gap">[[2. You, the first administrator]]</legend>
    <div class="field"><label for="name">[[Name]]</label><input class="input" id="name" name="name" autocomplete="name" value="{{NAME}}" required[[@invalid name]]>[[@error name]]</div>
    <div class="field"><label for="email">[[Email]]</label><input class="input" id="email" name="email" type="email" autocomplete="username" value="{{EMAIL}}" required[[@invalid email]]>[[@error email]]</div>
    <div class="field"><label for="password">[[Password]]</label><input class="input" id="password" name="password" type="password" autocomplete="new-password" minlength="{{BYTES_MIN}}" required aria-describedby="password-hint">[[@error password]]<p class="hint" id="password-hint">[[At least {{BYTES_MIN}} characters. Three unrelated words are easy to keep in mind.]]</p></div>
  </fieldset>
  <fieldset class="stack"><legend class="label gap">[[3. Where the second copy of the keys lives]]</legend>
    <p class="t2">[[All personal data are sealed. The keys lie in <code>{{KEYRING_PATH}}</code>, outside the data. If that disk fails and there is no second copy, nobody can read the data again.]]</p>
    <label class="choice"><input type="radio" name="replica_choice" value="path"{{#WITH_REPLICA}} checked{{/WITH_REPLICA}}><span class="grow stack s"><b>[[Keep a second copy on another disk]]</b><span class="field"><span class="vh" id="replica-l">[[Folder on the other disk]]</span><input class="input" id="replica" name="replica" value="{{REPLICA_PATH}}" placeholder="/mnt/other-disk/lethe-keyring" aria-labelledby="replica-l"[[@invalid replica]]>[[@error replica]]</span></span></label>
    <label class="choice"><input type="radio" name="replica_choice" value="none"{{#WITHOUT_REPLICA}} checked{{/WITHOUT_REPLICA}}><span><b>[[No second copy for now]]</b><br><span class="t2">[[Each page will remind administrators until there is one.]]</span></span></label>
  </fieldset>
  <button class="btn primary lg block">[[Start]]</button>
</form>
