[[@layout agent]]
<div class="page-head"><div class="grow"><h1>[[Settings]]</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page narrow"><form class="stack" method="post" action="/settings">
[[@include errors.tpl]]
<div class="field"><label for="name">[[Name, as customers know it]]</label><input class="input" id="name" name="name" value="{{NAME}}" required[[@invalid name]]>[[@error name]]</div>
<div class="field"><label for="public_url">[[Address of this server]]</label><input class="input" id="public_url" name="public_url" value="{{PUBLIC_ADDRESS}}" readonly aria-describedby="public_url-hint"><p class="hint" id="public_url-hint">[[Set in <code>lethe.toml</code> under <code>[http]</code>.]]</p></div>
<div class="fields-2"><div class="field"><label for="language">[[Language for new agents]]</label><select class="select" id="language" name="language">[[@options LANGUAGES]]</select></div><div class="field"><label for="time_zone">[[Time zone]]</label><select class="select" id="time_zone" name="time_zone">[[@options TIME_ZONES]]</select></div></div>
<div class="row"><button class="btn primary">[[Save]]</button></div></form></div>
