[[@layout agent]]
<div class="page-head"><div class="grow"><h1>[[Two-step sign-in]]</h1><p>{{EMAIL}}</p></div></div>
<div class="page narrow stack l">
{{#IS_OWED}}<div class="callout warn">[[@icon key-round]]<span class="grow">[[Your role needs two-step sign-in. Set it up to go on.]]</span></div>{{/IS_OWED}}
[[@include errors.tpl]]
{{#STATE_OFF}}<p class="t2">[[After your password you type six digits that an app on your phone shows. Whoever learns your password cannot come in with it alone.]]</p>
<form method="post" action="/settings/me/two-step"><button class="btn primary" name="do" value="begin">[[Set up]]</button></form>{{/STATE_OFF}}
{{#STATE_PENDING}}<section class="card" aria-labelledby="app-h"><header><h2 id="app-h">[[Your authenticator app]]</h2></header><div class="body stack"><p class="t2">[[Take this picture with an authenticator app, or type the key there.]]</p>
<svg class="qr" role="img" aria-label="[[The key as a QR code]]" viewBox="0 0 {{QR_SIZE}} {{QR_SIZE}}" width="232" height="232" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{{QR_PATH}}"/></svg>
<dl class="dl rows"><dt>[[Key]]</dt><dd class="hash">{{KEY_TEXT}}</dd></dl>
<form class="stack" method="post" action="/settings/me/two-step"><div class="field"><label for="code">[[Code from your authenticator]]</label><input class="input" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required[[@invalid code]]>[[@error code]]</div><div><button class="btn primary" name="do" value="confirm">[[Turn on]]</button></div></form>
<form method="post" action="/settings/me/two-step"><button class="btn" name="do" value="off">[[Cancel]]</button></form></div></section>{{/STATE_PENDING}}
{{#STATE_ON}}<div class="callout ok">[[@icon circle-check]]<span class="grow">[[Two-step sign-in is on.]] {{CODES_LEFT}}</span></div>
<section class="card" aria-labelledby="change-h"><header><h2 id="change-h">[[Change]]</h2></header><form class="body stack" method="post" action="/settings/me/two-step"><div class="field"><label for="code">[[Code from your authenticator, or a recovery code]]</label><input class="input" id="code" name="code" autocomplete="one-time-code" maxlength="24" required[[@invalid code]]>[[@error code]]</div><div class="row wrap"><button class="btn" name="do" value="codes">[[New recovery codes]]</button>{{#IS_CHOSEN}}<button class="btn" name="do" value="off">[[Turn off]]</button>{{/IS_CHOSEN}}</div>{{#IS_REQUIRED}}<p class="hint">[[Your role needs two-step sign-in, so it cannot be turned off.]]</p>{{/IS_REQUIRED}}</form></section>{{/STATE_ON}}
{{#STATE_CODES}}<section class="card" aria-labelledby="codes-h"><header><h2 id="codes-h">[[Your recovery codes]]</h2></header><div class="body stack"><p>[[Without your phone each of these lets you in once. Print them or put them into a password manager: they are shown only now, and former ones no longer work.]]</p><ul role="list" class="stack s">{{#RECOVERY}}<li><code>{{RECOVERY_CODE}}</code></li>{{/RECOVERY}}</ul><p><a class="btn primary" href="/settings/me">[[I have kept them]]</a></p></div></section>{{/STATE_CODES}}
</div>
