[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="{{BACK_URL}}" class="clip">{{SUBJECT_OF}}</a>[[@icon chevron-right]]<span>[[Erase]]</span></nav><h1>{{ERASE_TITLE}}</h1><p>[[Look first. Nothing happens before the last step.]]</p></div></div>
<div class="page split"><div class="stack l">
[[@include errors.tpl]]
{{#BLOCKED}}<div class="callout danger">[[@icon snowflake]]<div class="grow"><b>[[A hold stands in the way.]]</b><p>{{BLOCKED_REASON}}</p></div></div>{{/BLOCKED}}
<section class="stack m" aria-labelledby="goes-h"><h2 id="goes-h">[[What goes]]</h2>{{#NOTHING_GOES}}<p class="t2">[[Nothing of it is left.]]</p>{{/NOTHING_GOES}}{{#HAS_COUNTS}}<div class="stats">{{#COUNT}}<div class="stat"><b>{{COUNT_NUMBER}}</b><span>{{COUNT_WHAT}}</span></div>{{/COUNT}}</div>{{/HAS_COUNTS}}
{{#HAS_SAMPLE}}<ul role="list" class="stack s sm list-quiet">{{#SAMPLE}}<li class="clip">{{SAMPLE_TEXT}}</li>{{/SAMPLE}}</ul>{{/HAS_SAMPLE}}</section>
{{#HAS_KEPT}}<section class="stack m" aria-labelledby="stays-h"><h2 id="stays-h">[[What stays, and why]]</h2><ul role="list" class="stack s">{{#KEPT}}<li class="callout warn">[[@icon scale]]<span class="grow"><b>{{KEPT_WHAT}}</b> {{KEPT_REASON}} {{#HAS_KEPT_ARTICLE}}<span class="t3">({{KEPT_ARTICLE}})</span>{{/HAS_KEPT_ARTICLE}}{{#HAS_KEPT_UNTIL}}<br><span class="sm t2">[[Until {{KEPT_UNTIL}}]]</span>{{/HAS_KEPT_UNTIL}}</span></li>{{/KEPT}}</ul></section>{{/HAS_KEPT}}
<section class="stack m" aria-labelledby="reach-h"><h2 id="reach-h">[[How far it reaches]]</h2><ul class="bullets">
<li>[[No key of this installation opens copies in its backups from {{UNRECOVERABLE}}.]] {{#HORIZON_DEFAULT}}<span class="t3">[[30 days is assumed, because nobody has said how long copies of the keyring live.]]</span>{{/HORIZON_DEFAULT}}</li>
{{#HAS_SENT}}<li>{{SENT_MAILS}}</li>{{/HAS_SENT}}
{{#HAS_RECIPIENTS}}<li>[[Told to erase as well:]] {{#RECIPIENT}}<span class="tag">{{RECIPIENT_NAME}}</span> {{/RECIPIENT}}</li>{{/HAS_RECIPIENTS}}
<li>[[Counts by group, type and week stay, without any link to the person.]]</li></ul></section></div>
<section class="card sticky-side" aria-labelledby="last-h"><header><h2 id="last-h">[[Last step]]</h2></header>
<form class="body stack" method="post" action="{{ACTION_URL}}">
{{#CARRIED}}<input type="hidden" name="{{NAME}}" value="{{VALUE}}">{{/CARRIED}}
{{#ASKS_OPEN}}<fieldset class="stack s"><legend class="label gap">{{OPEN_TICKETS_QUESTION}}</legend><label class="check"><input type="radio" name="open_tickets" value="wait" checked><span>[[Wait until they are closed]]</span></label><label class="check"><input type="radio" name="open_tickets" value="close"><span>[[Close and erase them]]</span></label></fieldset>{{/ASKS_OPEN}}
{{#CAN_HIDE}}<fieldset class="stack s"><legend class="label gap">[[How]]</legend><label class="check"><input type="radio" name="mode" value="erase" checked><span><b class="medium">[[Erase for good]]</b><br><span class="hint">[[No way back, also not from backups.]]</span></span></label><label class="check"><input type="radio" name="mode" value="anonymise"><span><b class="medium">[[Erase, keep assignee and fields without personal data]]</b></span></label><label class="check"><input type="radio" name="mode" value="hide"><span><b class="medium">[[Only hide]]</b><br><span class="hint">[[An administrator can bring it back.]]</span></span></label></fieldset>{{/CAN_HIDE}}
<div class="field"><label for="reason">[[Reason]]</label><select class="select" id="reason" name="reason"[[@invalid reason]]>[[@options REASONS]]</select>[[@error reason]]</div>
<div class="field"><label for="grace">[[Time to think it over]]</label><select class="select auto" id="grace" name="grace_days">[[@options GRACE]]</select></div>
<div class="field"><label for="confirm">{{CONFIRM_LABEL}} <b class="num">{{CONFIRM_WITH}}</b></label><input class="input auto" id="confirm" name="confirm" autocomplete="off" required data-must-equal="{{CONFIRM_WITH}}"[[@invalid confirm]]>[[@error confirm]]</div>
<div class="row wrap end"><a class="btn" href="{{BACK_URL}}">[[Cancel]]</a><button class="btn danger"{{#BLOCKED}} disabled{{/BLOCKED}}>{{ERASE_BUTTON}}</button></div></form></section></div>
