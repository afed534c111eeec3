[[@layout agent]]
<div class="page-head"><div class="grow"><h1>[[Settings]]</h1></div></div>
[[@include settings_tabs.tpl]]
<div class="page"><div class="columns">
<section class="card" aria-labelledby="group-h"><header><h2 id="group-h">[[Groups]]</h2></header><div class="body stack">
<p class="hint">[[Who answers. Rules can look at it.]]</p>
<ul role="list" class="stack m">{{#GROUP}}<li><form class="row top" method="post" action="{{ITEM_URL}}"><label class="vh" for="group-{{ITEM_ID}}">[[Name]]</label><span class="grow field"><input class="input" id="group-{{ITEM_ID}}" name="name" value="{{ITEM_NAME}}" required><span class="t3 num xs">{{ITEM_TICKETS}}</span></span><button class="btn" name="do" value="rename">[[Rename]]</button><button class="btn ghost icon-only" name="do" value="remove" aria-label="[[Remove {{ITEM_NAME}}]]">[[@icon x]]</button></form></li>{{/GROUP}}</ul>
<form class="row" method="post" action="/settings/lists"><label class="vh" for="group">[[New group]]</label><input class="input grow" id="group" name="group" maxlength="60" placeholder="[[New group]]" required[[@invalid group]]><button class="btn">[[@icon plus]][[Add]]</button></form>[[@error group]]</div></section>
<section class="card" aria-labelledby="type-h"><header><h2 id="type-h">[[Types]]</h2></header><div class="body stack">
<p class="hint">[[What it is about. Rules can look at it.]]</p>
<ul role="list" class="stack m">{{#TYPE}}<li><form class="row top" method="post" action="{{ITEM_URL}}"><label class="vh" for="type-{{ITEM_ID}}">[[Name]]</label><span class="grow field"><input class="input" id="type-{{ITEM_ID}}" name="name" value="{{ITEM_NAME}}" required><span class="t3 num xs">{{ITEM_TICKETS}}</span></span><button class="btn" name="do" value="rename">[[Rename]]</button><button class="btn ghost icon-only" name="do" value="remove" aria-label="[[Remove {{ITEM_NAME}}]]">[[@icon x]]</button></form></li>{{/TYPE}}</ul>
<form class="row" method="post" action="/settings/lists"><label class="vh" for="type">[[New type]]</label><input class="input grow" id="type" name="type" maxlength="60" placeholder="[[New type]]" required[[@invalid type]]><button class="btn">[[@icon plus]][[Add]]</button></form>[[@error type]]</div></section>
<section class="card" aria-labelledby="tag-h"><header><h2 id="tag-h">[[Managed tags]]</h2></header><div class="body stack">
<p class="hint">[[They stay on a ticket after its erasure, so never put personal data into one.]]</p>
<ul role="list" class="stack m">{{#MANAGED_TAG}}<li><form class="row top" method="post" action="{{ITEM_URL}}"><label class="vh" for="tag-{{ITEM_ID}}">[[Name]]</label><span class="grow field"><input class="input" id="tag-{{ITEM_ID}}" name="name" value="{{ITEM_NAME}}" required><span class="t3 num xs">{{ITEM_TICKETS}}</span></span><button class="btn" name="do" value="rename">[[Rename]]</button><button class="btn ghost icon-only" name="do" value="remove" aria-label="[[Remove {{ITEM_NAME}}]]">[[@icon x]]</button></form></li>{{/MANAGED_TAG}}</ul>
<form class="row" method="post" action="/settings/lists"><label class="vh" for="tag">[[New tag]]</label><input class="input grow" id="tag" name="tag" maxlength="60" placeholder="[[New tag]]" required[[@invalid tag]]><button class="btn">[[@icon plus]][[Add]]</button></form>[[@error tag]]</div></section>
</div></div>
