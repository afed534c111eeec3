[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="{{BACK_URL}}">[[Ticket]]</a>[[@icon chevron-right]]<span>[[Redact a passage]]</span></nav><h1>[[Redact a passage]]</h1><p>[[Redaction rewrites the stored message and cannot be undone.]] [[The copy of the original mail goes too.]]</p></div></div>
<div class="page narrow"><form class="stack" method="post" action="{{ACTION_URL}}">
[[@include errors.tpl]]
<section class="stack s" aria-labelledby="original-h"><h2 id="original-h">[[Message of {{AUTHOR}}]]</h2><pre class="cmd wrap" tabindex="0">{{ORIGINAL}}</pre></section>
<div class="field"><label for="passage">[[Passage to remove, word for word]]</label><textarea class="textarea" id="passage" name="passage" rows="3" required autofocus[[@invalid passage]]></textarea>[[@error passage]]</div>
<div class="field"><label for="mark">[[What to show in its place]]</label><input class="input" id="mark" name="mark" maxlength="60" placeholder="[[e.g. address removed]]"></div>
<div class="row"><a class="btn" href="{{BACK_URL}}">[[Cancel]]</a><button class="btn danger">[[Redact this passage]]</button></div></form></div>
