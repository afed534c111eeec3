[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/settings/replies">[[Saved replies]]</a>[[@icon chevron-right]]<span>{{HEADING}}</span></nav><h1>{{HEADING}}</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page narrow"><div class="stack l">
[[@include errors.tpl]]
<form class="stack" method="post" action="{{REPLY_URL}}" enctype="multipart/form-data"><input type="hidden" name="version" value="{{VERSION}}">
<div class="field"><label for="title">[[Title]]</label><input class="input" id="title" name="title" value="{{REPLY_TITLE}}" maxlength="120" autocomplete="off" required[[@invalid title]]>[[@error title]]</div>
<div class="field"><label for="text">[[Text]]</label><textarea class="textarea" id="text" name="text" rows="9" maxlength="20000" required[[@invalid text]]>{{REPLY_TEXT}}</textarea>[[@error text]]<p class="hint">[[Markdown, as in answers. The text is for everybody, so leave out what belongs to one person.]]</p></div>
<div class="fields-2"><div class="field"><label for="group">[[Offered in tickets of]]</label><select class="select" id="group" name="group"[[@invalid group]]>[[@options GROUPS]]</select>[[@error group]]</div>
<div class="field"><label for="language">[[Language]]</label><select class="select" id="language" name="language"[[@invalid language]]>[[@options LANGUAGES]]</select>[[@error language]]</div></div>
<div class="row wrap"><button class="btn primary" name="do" value="save">[[Save]]</button><button class="btn" name="do" value="preview">[[@icon eye]][[Preview]]</button><a class="btn ghost" href="/settings/replies">[[Cancel]]</a></div></form>
{{#PREVIEW}}<section class="card" aria-labelledby="preview-h"><header><h2 id="preview-h">[[As it will read, with invented names]]</h2></header><div class="body text stack s" dir="auto">[[@include rich_text.tpl]]</div></section>{{/PREVIEW}}
<section class="card" aria-labelledby="placeholders-h"><header><h2 id="placeholders-h">[[Placeholders]]</h2></header><div class="body stack s"><p class="t2">[[Each is filled when an agent puts the reply into an answer.]]</p><dl class="dl rows">{{#PLACEHOLDER}}<dt><code>{{WRITTEN}}</code></dt><dd class="t2">{{MEANS}}</dd>{{/PLACEHOLDER}}</dl></div></section>
{{#CAN_REMOVE}}<details><summary class="danger-t">[[Remove this reply…]]</summary><form class="stack s" method="post" action="{{REPLY_URL}}" enctype="multipart/form-data"><p class="t2">[[Agents can no longer choose it. Answers that were written with it stay as they are.]]</p><input type="hidden" name="version" value="{{VERSION}}"><div class="row"><button class="btn danger" name="do" value="remove">[[Remove]]</button></div></form></details>{{/CAN_REMOVE}}
</div></div>
