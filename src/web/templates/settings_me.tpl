[[@layout agent]]
<div class="page-head"><div class="grow"><h1>[[My settings]]</h1><p>{{EMAIL}}</p></div></div>
<div class="page narrow stack l"><form class="stack" method="post" action="/settings/me">
[[@include errors.tpl]]
<div class="field"><label for="name">[[Name shown to customers]]</label><input class="input" id="name" name="name" autocomplete="name" value="{{NAME}}" required[[@invalid name]]>[[@error name]]</div>
<div class="fields-2"><div class="field"><label for="language">[[Language]]</label><select class="select" id="language" name="language">[[@options LANGUAGES]]</select></div><div class="field"><label for="theme">[[Theme]]</label><select class="select" id="theme" name="theme">[[@options THEMES]]</select></div></div>
<label class="check"><input type="checkbox" name="hotkeys" value="1"{{#HOTKEYS}} checked{{/HOTKEYS}}><span>[[Single-key shortcuts]]</span></label>
<div class="row"><button class="btn primary" name="do" value="save">[[Save]]</button></div></form>
<section class="card" aria-labelledby="pw-h"><header><h2 id="pw-h">[[Password]]</h2></header><form class="body stack" method="post" action="/settings/me"><div class="field"><label for="password">[[Password now]]</label><input class="input" id="password" name="password" type="password" autocomplete="current-password" required[[@invalid password]]>[[@error password]]</div><div class="field"><label for="new_password">[[New password]]</label><input class="input" id="new_password" name="new_password" type="password" autocomplete="new-password" required[[@invalid new_password]]>[[@error new_password]]</div><div><button class="btn" name="do" value="password">[[Change password]]</button></div></form></section>
<form method="post" action="/sign-out"><button class="btn">[[@icon log-out]][[Sign out]]</button></form></div>
