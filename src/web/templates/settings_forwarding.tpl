[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/settings/mail">[[Mail]]</a>[[@icon chevron-right]]<a class="clip" href="{{MAILBOX_URL}}">{{ADDRESS}}</a>[[@icon chevron-right]]<span class="clip">[[Forwarding]]</span></nav><h1 class="clip">[[Forwarding]]</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page narrow"><div class="stack l">
[[@include errors.tpl]]
<p class="t2">[[Tell the service that holds your public address to forward its mail to this one:]]</p><pre class="cmd" tabindex="0">{{ADDRESS}}</pre>
<section class="card" aria-labelledby="confirm-h"><header><h2 id="confirm-h" class="grow">[[What the service asks]]</h2></header><div class="body stack">
{{#CONFIRMATION}}<p>[[{{SERVICE}} has asked whether it may forward mail here. Open the link yourself, or type the code there; this server visits nothing.]]</p>
<dl class="dl">{{#HAS_CODE}}<dt>[[Code]]</dt><dd><code>{{CODE}}</code></dd>{{/HAS_CODE}}{{#HAS_LINK}}<dt>[[Link]]</dt><dd><code>{{LINK}}</code></dd>{{/HAS_LINK}}<dt>[[Came in]]</dt><dd>{{CAME}}</dd></dl>
{{#VOUCHED}}<div class="callout ok">[[@icon circle-check]]<span class="grow">[[The sender's domain is vouched for.]]</span></div>{{/VOUCHED}}
{{#UNVOUCHED}}<div class="callout warn">[[@icon circle-alert]]<span class="grow">[[Nobody vouches for the sender of this mail. Use it only if you have just asked the service to forward.]]</span></div>{{/UNVOUCHED}}
<p><a class="btn ghost" href="{{TICKET_URL}}">[[Show the mail]]</a></p>{{/CONFIRMATION}}
{{#NO_CONFIRMATION}}<p class="t2">[[No such mail has come in yet. Gmail sends one with a code and a link as soon as you name this address there; with Microsoft 365 an administrator allows forwarding to other organisations. It appears here when you load the page again.]]</p>{{/NO_CONFIRMATION}}</div></section>
<section class="card" aria-labelledby="trip-h"><header><h2 id="trip-h" class="grow">[[Does it come back?]]</h2>{{#TRIP_BACK}}<span class="badge ok">[[@icon check]][[working]]</span>{{/TRIP_BACK}}{{#TRIP_WAITS}}<span class="badge warn">[[under way]]</span>{{/TRIP_WAITS}}</header><div class="body stack">
{{#HAS_TRIP}}<p role="status">{{TRIP}}</p>{{/HAS_TRIP}}
{{#CAN_SEND}}<form class="row wrap top" method="post" action="{{FORWARDING_URL}}"><div class="field grow"><label for="public_address">[[Public address]]</label><input class="input" id="public_address" name="public_address" type="email" value="{{PUBLIC_ADDRESS}}" required aria-describedby="trip-hint"[[@invalid public_address]]>[[@error public_address]]</div><button class="btn align-end" name="do" value="round-trip">[[Send a test mail]]</button></form><p class="hint" id="trip-hint">[[It goes to the public address and makes no ticket when it arrives here.]]</p>{{/CAN_SEND}}
{{#CANNOT_SEND}}<p class="t2">[[Sending is not set up, so no test mail can be sent.]]</p>{{/CANNOT_SEND}}</div></section>
<p class="hint">[[The service's own servers fail SPF for the first sender. Name its domain in <code>lethe.toml</code> under <code>[smtp] forwarders</code>, so that this does not count against them.]]</p></div></div>
