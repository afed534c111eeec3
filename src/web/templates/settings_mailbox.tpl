[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/settings/mail">[[Mail]]</a>[[@icon chevron-right]]<span class="clip">{{ADDRESS}}</span></nav><h1 class="clip">{{ADDRESS}}</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page narrow"><div class="stack l">
[[@include errors.tpl]]
{{#CAN_TEST}}<section class="card" aria-labelledby="state-h"><header><h2 id="state-h" class="grow">[[State]]</h2></header><div class="body stack">
<p>[[@include source_line.tpl]]</p>
{{#TEST_GOOD}}<div class="callout ok" role="status">[[@icon circle-check]]<span class="grow">{{TEST_SENTENCE}}</span></div>{{/TEST_GOOD}}
{{#TEST_BAD}}<div class="callout danger" role="status">[[@icon circle-alert]]<span class="grow">{{TEST_SENTENCE}}</span></div>{{/TEST_BAD}}
<form class="row wrap" method="post" action="{{MAILBOX_URL}}"><button class="btn" name="do" value="test">[[Test the connection]]</button>{{#CAN_PAUSE}}<button class="btn ghost" name="do" value="pause">[[Pause]]</button>{{/CAN_PAUSE}}{{#CAN_GO_ON}}<button class="btn ghost" name="do" value="go-on">[[Go on]]</button>{{/CAN_GO_ON}}</form></div></section>{{/CAN_TEST}}
<p><a href="{{FORWARDING_URL}}">[[Mail is forwarded here by another service]]</a></p>
<form class="stack" method="post" action="{{MAILBOX_URL}}">
<div class="field"><label for="display_name">[[Name]]</label><input class="input" id="display_name" name="display_name" value="{{DISPLAY_NAME}}"[[@invalid display_name]]>[[@error display_name]]</div>
<div class="fields-2"><div class="field"><label for="group">[[Group]]</label><select class="select" id="group" name="group">[[@options GROUPS]]</select></div><div class="field"><label for="type">[[Type]]</label><select class="select" id="type" name="type">[[@options TYPES]]</select></div></div>
<div class="field"><label for="door">[[How mail comes in]]</label><select class="select" id="door" name="door">[[@options DOORS]]</select></div>
<fieldset class="stack"><legend class="label gap">[[The other server, when we fetch]]</legend>
<div class="fields-2"><div class="field"><label for="host">[[Server]]</label><input class="input" id="host" name="host" value="{{HOST}}" autocomplete="off"[[@invalid host]]>[[@error host]]</div><div class="field"><label for="port">[[Port]]</label><input class="input" id="port" name="port" inputmode="numeric" value="{{PORT}}"[[@invalid port]]>[[@error port]]</div></div>
<div class="field"><label for="security">[[Encryption]]</label><select class="select" id="security" name="security"[[@invalid security]]>[[@options SECURITIES]]</select>[[@error security]]</div>
<div class="fields-2"><div class="field"><label for="user">[[User]]</label><input class="input" id="user" name="user" value="{{IMAP_USER}}" autocomplete="off"[[@invalid user]]>[[@error user]]</div><div class="field"><label for="password">[[Password]]</label><input class="input" id="password" name="password" type="password" autocomplete="new-password" aria-describedby="password-hint"[[@invalid password]]>[[@error password]]<p class="hint" id="password-hint">{{#PASSWORD_KNOWN}}[[One is kept, sealed. Leave this empty to keep it.]]{{/PASSWORD_KNOWN}}{{#PASSWORD_MISSING}}[[It is sealed and never shown again.]]{{/PASSWORD_MISSING}}</p></div></div>
<div class="field"><label for="password_file">[[Or the file it stands in]]</label><input class="input" id="password_file" name="password_file" value="{{PASSWORD_FILE}}" autocomplete="off"[[@invalid password_file]]>[[@error password_file]]</div>
<div class="field"><label for="folder">[[Folder]]</label><input class="input" id="folder" name="folder" value="{{FOLDER}}"[[@invalid folder]]>[[@error folder]]</div>
<div class="field"><label for="ca_file">[[CA file, when the certificate is not a public one]]</label><input class="input" id="ca_file" name="ca_file" value="{{CA_FILE}}" autocomplete="off"[[@invalid ca_file]]>[[@error ca_file]]</div>
<label class="check"><input type="checkbox" name="forward_target" value="1"{{#FORWARD_TARGET}} checked{{/FORWARD_TARGET}}>[[Mail is forwarded into this mailbox from other addresses of ours]]</label>
<p class="hint">[[Mail leaves the other mailbox once it is safe here, so fetch a mailbox that is only for this.]]</p></fieldset>
<div class="row"><button class="btn primary" name="do" value="save">[[Save]]</button></div></form></div></div>
