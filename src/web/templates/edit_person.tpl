[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/people">[[People]]</a>[[@icon chevron-right]]<a class="clip" href="{{BACK_URL}}">{{FORM_NAME}}</a></nav><h1>[[Correct the data]]</h1><p>[[Everyone has the right to have wrong data put right (Art. 16).]]</p></div></div>
<div class="page narrow"><form class="stack" method="post" action="{{ACTION_URL}}">
[[@include errors.tpl]]
<div class="field"><label for="name">[[Name]]</label><input class="input" id="name" name="name" value="{{FORM_NAME}}"[[@invalid name]]>[[@error name]]</div>
<div class="fields-2"><div class="field"><label for="emails">[[Email addresses, one a line]]</label><textarea class="textarea" id="emails" name="emails" rows="3"[[@invalid emails]]>{{FORM_EMAILS}}</textarea>[[@error emails]]</div>
<div class="field"><label for="phones">[[Phone numbers, one a line]]</label><textarea class="textarea" id="phones" name="phones" rows="3"[[@invalid phones]]>{{FORM_PHONES}}</textarea>[[@error phones]]</div></div>
<div class="fields-2"><div class="field"><label for="company">[[Company]]</label><input class="input" id="company" name="company" value="{{FORM_COMPANY}}"></div>
<div class="field"><label for="language">[[Language]]</label><select class="select" id="language" name="language">[[@options LANGUAGES]]</select></div></div>
<div class="field"><label for="tags">[[Tags]]</label><input class="input" id="tags" name="tags" value="{{FORM_TAGS}}" aria-describedby="tags-hint"><p class="hint" id="tags-hint">[[Parted by commas. A tag may protect this person from retention rules.]]</p></div>
<div class="row"><button class="btn primary">[[Save]]</button><a class="btn ghost" href="{{BACK_URL}}">[[Cancel]]</a></div></form></div>
