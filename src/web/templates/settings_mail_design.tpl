[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/settings/mail">[[Mail]]</a>[[@icon chevron-right]]<span class="clip">[[Texts and look]]</span></nav><h1>[[Texts and look of our mails]]</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page split even"><div class="stack l">
[[@include errors.tpl]]
<form class="row wrap" action="/settings/mail/texts"><div class="field"><label for="show">[[Language]]</label><select class="select" id="show" name="language">[[@options LANGUAGES]]</select></div><button class="btn align-end">[[Show]]</button></form>
<form class="stack" method="post" action="/settings/mail/texts" hx-post="/settings/mail/texts/preview" hx-trigger="input delay:400ms" hx-target="#samples" hx-select="#samples" hx-swap="outerHTML"><input type="hidden" name="language" value="{{LANGUAGE_CODE}}">
<div class="field"><label for="greeting">[[Greeting of automatic mails]]</label><input class="input" id="greeting" name="greeting" value="{{GREETING}}"[[@invalid greeting]]>[[@error greeting]]</div>
<div class="field"><label for="acknowledgement">[[When a message has arrived]]</label><textarea class="input" id="acknowledgement" name="acknowledgement" rows="5"[[@invalid acknowledgement]]>{{ACKNOWLEDGEMENT}}</textarea>[[@error acknowledgement]]</div>
<div class="field"><label for="signature">[[Below the answers of agents]]</label><textarea class="input" id="signature" name="signature" rows="4"[[@invalid signature]]>{{SIGNATURE}}</textarea>[[@error signature]]<p class="hint">[[Placeholders: {name}, {number}, {subject}, {organisation}, {agent}.]]</p></div>
<div class="field"><label for="colour">[[Colour of the line above a mail]]</label><input class="input" id="colour" name="colour" value="{{COLOUR}}" autocomplete="off"[[@invalid colour]]>[[@error colour]]</div>
<div class="row wrap"><button class="btn primary" name="do" value="save">[[Save]]</button><button class="btn" name="do" value="preview">[[Preview]]</button><button class="btn ghost" name="do" value="reset">[[Back to our texts]]</button></div></form>
<section class="card" aria-labelledby="limits-h"><header><h2 id="limits-h">[[Limits of automatic mail]]</h2></header><form class="body stack" method="post" action="/settings/mail/texts"><p class="t2">[[At most so many automatic mails in one hour, against machines that answer each other. Answers of agents are never held back.]]</p><input type="hidden" name="language" value="{{LANGUAGE_CODE}}">
<div class="fields-2"><div class="field"><label for="per_address">[[To one address]]</label><input class="input" id="per_address" name="per_address" inputmode="numeric" value="{{PER_ADDRESS}}"[[@invalid per_address]]>[[@error per_address]]</div><div class="field"><label for="per_ticket">[[About one ticket]]</label><input class="input" id="per_ticket" name="per_ticket" inputmode="numeric" value="{{PER_TICKET}}"[[@invalid per_ticket]]>[[@error per_ticket]]</div><div class="field"><label for="per_domain">[[To one domain]]</label><input class="input" id="per_domain" name="per_domain" inputmode="numeric" value="{{PER_DOMAIN}}"[[@invalid per_domain]]>[[@error per_domain]]</div></div>
<div class="row"><button class="btn" name="do" value="limits">[[Save the limits]]</button></div></form></section>
</div><div class="stack l"><div class="stack l" id="samples">
{{#SAMPLE_ACKNOWLEDGEMENT}}<section class="card" aria-labelledby="ack-h"><header><h2 id="ack-h">[[The confirmation, as it will read]]</h2></header><div class="body stack s"><p class="medium">{{SAMPLE_SUBJECT}}</p><pre class="cmd wrap" tabindex="0">{{SAMPLE_TEXT}}</pre></div></section>{{/SAMPLE_ACKNOWLEDGEMENT}}
{{#SAMPLE_ANSWER}}<section class="card" aria-labelledby="ans-h"><header><h2 id="ans-h">[[An answer, as it will read]]</h2></header><div class="body stack s"><p class="medium">{{SAMPLE_SUBJECT}}</p><pre class="cmd wrap" tabindex="0">{{SAMPLE_TEXT}}</pre></div></section>{{/SAMPLE_ANSWER}}
</div><section class="card" aria-labelledby="dkim-h"><header><h2 id="dkim-h">[[Signature of our mails (DKIM)]]</h2></header><div class="body stack">
{{#SIGNED}}<p class="t2">[[Publish these TXT records in the DNS of your domain; long texts are split into strings of 255 characters.]]</p>{{#DKIM_RECORD}}<p class="medium">{{DKIM_NAME}}</p><pre class="cmd wrap" tabindex="0">{{DKIM_TEXT}}</pre>{{/DKIM_RECORD}}{{/SIGNED}}
{{#UNSIGNED}}<p class="t2">[[Mail leaves unsigned here; your mail server may sign it. To sign it here, make a key and name it in <code>lethe.toml</code>, then restart.]]</p><pre class="cmd" tabindex="0">openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out dkim.pem

[submission]
dkim_selector = "lethe1"
dkim_key_file = "/etc/lethe/dkim.pem"</pre>{{/UNSIGNED}}</div></section></div></div>
