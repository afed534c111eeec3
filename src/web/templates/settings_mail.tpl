[[@layout agent]]
<div class="page-head"><div class="grow"><h1>[[Settings]]</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page split even"><section class="card" aria-labelledby="in-h"><header><h2 id="in-h">[[Addresses mail comes in by]]</h2></header><div class="body stack">
{{#HAS_ADDRESSES}}<ul role="list" class="stack s">{{#ADDRESS_ROW}}<li class="row wrap"><span class="grow clip"><a class="medium" href="{{ADDRESS_URL}}">{{ADDRESS}}</a>{{#HAS_ADDRESS_GROUP}} <span class="tag">{{ADDRESS_GROUP}}</span>{{/HAS_ADDRESS_GROUP}}<br><span class="t3 sm">{{#HAS_LAST_MAIL}}[[Last mail {{LAST_MAIL}}]]{{/HAS_LAST_MAIL}}{{#NO_LAST_MAIL}}[[No mail yet]]{{/NO_LAST_MAIL}}</span></span><form method="post" action="{{ADDRESS_URL}}"><button class="btn ghost sm icon-only" name="do" value="remove" aria-label="[[Remove {{ADDRESS}}]]">[[@icon x]]</button></form></li>{{/ADDRESS_ROW}}</ul>{{/HAS_ADDRESSES}}
{{#NO_ADDRESSES}}<p class="t2">[[None yet: mail to any address of this server is taken in.]]</p>{{/NO_ADDRESSES}}
<form class="row wrap top" method="post" action="/settings/mail"><div class="field grow"><label for="address">[[New address]]</label><input class="input" id="address" name="address" type="email" value="{{NEW_ADDRESS}}" required[[@invalid address]]>[[@error address]]</div><div class="field"><label for="group">[[Group]]</label><select class="select" id="group" name="group">[[@options GROUPS]]</select></div><button class="btn align-end" name="do" value="add">[[@icon plus]][[Add]]</button></form></div></section>
<section class="card" aria-labelledby="look-h"><header><h2 id="look-h">[[Texts and look]]</h2></header><div class="body stack"><p class="t2">[[What our mails say in each language, their colour, the limits of automatic mail and the signature.]]</p><p><a class="btn" href="/settings/mail/texts">[[Texts and look of our mails]]</a></p></div></section>
<section class="card" aria-labelledby="out-h"><header><h2 id="out-h" class="grow">[[Sending]]</h2>{{#SENDING_WORKS}}<span class="badge ok">[[@icon check]][[working]]</span>{{/SENDING_WORKS}}{{#SENDING_FAILS}}<span class="badge danger">[[@icon circle-alert]][[not working]]</span>{{/SENDING_FAILS}}{{#SENDING_OFF}}<span class="badge warn">[[not set up]]</span>{{/SENDING_OFF}}</header><div class="body stack">
{{#HAS_SUBMISSION_STATE}}<p>{{SUBMISSION_STATE}}</p>{{/HAS_SUBMISSION_STATE}}
{{#SUBMISSION_ON}}<dl class="dl"><dt>[[Server]]</dt><dd>{{SUBMISSION_SERVER}}</dd><dt>[[User]]</dt><dd>{{SUBMISSION_USER}}</dd><dt>[[From]]</dt><dd>{{SUBMISSION_FROM}}</dd></dl><form method="post" action="/settings/mail"><button class="btn" name="do" value="test">[[Try the connection]]</button></form>{{/SUBMISSION_ON}}
{{#SENDING_OFF}}<p class="t2">[[Write the server into <code>lethe.toml</code> under <code>[submission]</code> and restart; passwords stay in a file of their own.]]</p><pre class="cmd" tabindex="0">[submission]
url = "smtps://mail.example.org"
user = "lethe"
password_file = "/etc/lethe/submission.password"
from = "help@example.org"</pre>{{/SENDING_OFF}}</div></section></div>
