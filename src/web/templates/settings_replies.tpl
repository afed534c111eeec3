[[@layout agent]]
<div class="page-head"><div class="grow"><h1>[[Settings]]</h1></div>{{#HAS_ROWS}}<a class="btn primary" href="/settings/replies/new">[[@icon plus]][[New saved reply]]</a>{{/HAS_ROWS}}</div>
[[@include settings_tabs.tpl]]
<div class="page stack l">
{{#HAS_ROWS}}<p class="t2">[[Agents choose these texts below a ticket and change them before sending.]]</p>
<div class="table-wrap"><table class="table cards"><caption class="vh">[[Saved replies]]</caption><thead><tr><th scope="col">[[Title]]</th><th scope="col">[[Group]]</th><th scope="col">[[Language]]</th></tr></thead><tbody>{{#ROW}}<tr><td><a class="medium" href="{{ROW_URL}}" data-row dir="auto">{{ROW_TITLE}}</a></td><td class="t2">{{ROW_GROUP}}</td><td class="t2">{{ROW_LANGUAGE}}</td></tr>{{/ROW}}</tbody></table></div>[[@include paging.tpl]]{{/HAS_ROWS}}
{{#IS_EMPTY_LIST}}<div class="empty">[[@icon message-square-text]]<h2>[[No saved replies yet]]</h2><p>[[Write down once what you answer often. Agents put it into their answer with one choice, filled with the person’s name and the ticket’s number.]]</p><a class="btn primary" href="/settings/replies/new">[[@icon plus]][[Write the first one]]</a></div>{{/IS_EMPTY_LIST}}
{{#HAS_CHANGES}}<section aria-labelledby="changes-h"><h2 id="changes-h">[[Who changed what]]</h2><ul role="list" class="stack xs sm">{{#CHANGE}}<li><span class="t3">[[@time CHANGED]]</span> {{CHANGE_WHAT}}{{#HAS_CHANGE_BY}} <span class="t3">([[by {{CHANGE_BY}}]])</span>{{/HAS_CHANGE_BY}}</li>{{/CHANGE}}</ul></section>{{/HAS_CHANGES}}
</div>
