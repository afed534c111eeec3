[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/inbox">[[Inbox]]</a>[[@icon chevron-right]]<span>[[Save view]]</span></nav><h1>[[Save this view]]</h1><p>[[It appears in your navigation. The filters are kept, not the tickets.]]</p></div></div>
<div class="page narrow"><form class="stack" method="post" action="/views">
<input type="hidden" name="query" value="{{VIEW_QUERY}}">
<div class="field"><label for="name">[[Name]]</label><input class="input" id="name" name="name" maxlength="80" value="{{NAME}}" required autofocus[[@invalid name]]>[[@error name]]</div>
{{#HAS_CHIPS}}<p class="row wrap">{{#CHIP}}<span class="filter">{{CHIP_FIELD}} <b>{{CHIP_VALUE}}</b></span>{{/CHIP}}</p>{{/HAS_CHIPS}}
<div class="row"><button class="btn primary">[[Save view]]</button><a class="btn ghost" href="/inbox">[[Cancel]]</a></div></form></div>
