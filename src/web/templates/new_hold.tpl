[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="{{BACK_URL}}" class="clip">{{TARGET}}</a>[[@icon chevron-right]]<span>[[Put on hold]]</span></nav><h1>[[Put on hold]]</h1><p>[[No rule and no request erases it until the hold ends. The person can ask for the reason.]]</p></div></div>
<div class="page narrow"><form class="stack" method="post" action="/holds">
[[@include errors.tpl]]
<input type="hidden" name="{{TARGET_FIELD}}" value="{{TARGET_ID}}">
<fieldset class="stack s"><legend class="label gap">[[Ground]]</legend>{{#GROUNDS}}<label class="check"><input type="radio" name="ground" value="{{VALUE}}"{{#CHOSEN}} checked{{/CHOSEN}} required><span>{{LABEL}}</span></label>{{/GROUNDS}}[[@error ground]]</fieldset>
<div class="field"><label for="note">[[Note, without personal data]]</label><input class="input" id="note" name="note" maxlength="200" value="{{NOTE}}"[[@invalid note]]>[[@error note]]</div>
<div class="field"><label for="until">[[Until]] <span class="t3">[[empty: until lifted]]</span></label><input class="input auto" id="until" name="until" type="date" value="{{UNTIL}}"[[@invalid until]]>[[@error until]]</div>
<div class="row"><button class="btn primary">[[Put on hold]]</button><a class="btn ghost" href="{{BACK_URL}}">[[Cancel]]</a></div></form></div>
