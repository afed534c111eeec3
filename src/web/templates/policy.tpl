[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/retention">[[Retention]]</a>[[@icon chevron-right]]<span>[[People and exceptions]]</span></nav><h1>[[People and exceptions]]</h1><p>[[One policy for all rules.]]</p></div></div>
<div class="page narrow"><form class="stack l" method="post" action="/retention/policy">
[[@include errors.tpl]]
{{#WARNING_LINE}}<div class="callout warn">[[@icon triangle-alert]]<span class="grow">{{WARNING}}</span></div>{{/WARNING_LINE}}
<fieldset class="stack m"><legend class="label gap">[[When all tickets of a person are gone]]</legend>
<label class="choice"><input type="radio" name="keep_contact" value="1"{{#KEEPS}} checked{{/KEEPS}}><span><b>[[Keep the person]]</b><br><span class="t2">[[Name and addresses stay until someone erases them.]]</span></span></label>
<label class="choice"><input type="radio" name="keep_contact" value="0"{{#ERASES}} checked{{/ERASES}}><span class="grow stack s"><b>[[The person goes too]]</b><span class="cond"><label class="vh" for="deletion">[[How]]</label><select class="select" id="deletion" name="deletion">[[@options DELETIONS]]</select><label for="delay">[[after]]</label><select class="select" id="delay" name="delay_days">[[@options DELAYS]]</select></span></span></label></fieldset>
<div class="field"><label for="grace">[[Days a hidden person can be brought back]]</label><input class="input auto" id="grace" name="grace_days" type="number" min="7" max="90" value="{{GRACE_DAYS}}"[[@invalid grace_days]]>[[@error grace_days]]</div>
<fieldset class="stack m"><legend class="label gap">[[Never touched by a rule]]</legend><div class="fields-2">
<div class="field"><label for="contact_tags">[[People with one of these tags, one a line]]</label><textarea class="textarea" id="contact_tags" name="contact_tags" rows="4">{{CONTACT_TAGS}}</textarea></div>
<div class="field"><label for="emails">[[These addresses]]</label><textarea class="textarea" id="emails" name="emails" rows="4"[[@invalid emails]]>{{FORM_EMAILS}}</textarea>[[@error emails]]</div>
<div class="field"><label for="companies">[[People of these companies]]</label><textarea class="textarea" id="companies" name="companies" rows="4">{{COMPANIES}}</textarea></div>
<div class="field"><label for="agents">[[People these agents ever looked after]]</label><textarea class="textarea" id="agents" name="agents" rows="4"[[@invalid agents]]>{{FORM_AGENTS}}</textarea>[[@error agents]]</div></div></fieldset>
{{#HAS_MORE_DUE}}<div class="callout warn">[[@icon triangle-alert]]<div class="grow stack s"><p>{{MORE_DUE}}</p><div class="field"><label for="confirm">[[To save it, type the number of tickets and people together: {{ITEMS_DUE}}]]</label><input class="input auto" id="confirm" name="confirm" size="8" autocomplete="off" inputmode="numeric"[[@invalid confirm]]>[[@error confirm]]</div></div></div>{{/HAS_MORE_DUE}}
<div class="row"><button class="btn primary">[[Save]]</button><a class="btn ghost" href="/retention">[[Cancel]]</a></div></form></div>
