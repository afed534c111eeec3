[[@layout agent]]
<div class="page-head"><div class="grow"><h1>{{INBOX_TITLE}}</h1></div>
<div class="toolbar"><a class="btn" href="{{SAVE_VIEW_URL}}">[[@icon bookmark]][[Save view]]</a><a class="btn primary" href="/tickets/new" data-hotkey="c">[[@icon square-pen]][[New ticket]]</a></div></div>
<nav class="tabs" aria-label="[[Ticket lists]]">{{#TAB}}<a href="{{TAB_URL}}"{{#TAB_CURRENT}} aria-current="page"{{/TAB_CURRENT}}>{{TAB_LABEL}} <span class="n">{{TAB_COUNT}}</span></a>{{/TAB}}</nav>
<form class="filters" action="/inbox" role="search" aria-label="[[Filter tickets]]" hx-get="/inbox" hx-trigger="input delay:250ms from:#q, change from:#sort" hx-target="#results" hx-select="#results" hx-swap="outerHTML" hx-push-url="true">
{{#CARRIED}}<input type="hidden" name="{{NAME}}" value="{{VALUE}}">{{/CARRIED}}
<label class="hit"><input type="checkbox" data-select-all data-hotkey="Control+a" data-what="[[Select all tickets on this page]]"><span class="vh">[[Select all tickets on this page]]</span></label>
<div class="searchbox"><label class="vh" for="q">[[Search in this list]]</label>[[@icon search]]<input class="input auto" id="q" name="q" type="search" placeholder="[[Search this list]]" value="{{QUERY}}" data-hotkey="/"></div>
{{#CHIP}}<span class="filter">{{CHIP_FIELD}} <b>{{CHIP_VALUE}}</b><a href="{{CHIP_URL}}" aria-label="[[Remove filter: {{CHIP_FIELD}} is {{CHIP_VALUE}}]]">[[@icon x]]</a></span>{{/CHIP}}
{{#HAS_FILTER_FIELDS}}<button class="filter add" type="button" popovertarget="filter-menu">[[@icon plus]][[Filter]]</button>{{/HAS_FILTER_FIELDS}}
<span class="push row sm t3"><label for="sort">[[Sort]]</label><select class="select auto" id="sort" name="sort">[[@options SORTS]]</select><button class="btn sm nojs">[[Apply]]</button></span>
</form>
{{#HAS_FILTER_FIELDS}}<form class="menu filter-menu" id="filter-menu" popover action="/inbox" aria-label="[[Filter]]">
{{#CARRIED}}<input type="hidden" name="{{NAME}}" value="{{VALUE}}">{{/CARRIED}}{{#HAS_QUERY}}<input type="hidden" name="q" value="{{QUERY}}">{{/HAS_QUERY}}
{{#FILTER_FIELD}}<div class="field"><label for="f-{{FIELD_NAME}}">{{FIELD_LABEL}}</label><select class="select" id="f-{{FIELD_NAME}}" name="{{FIELD_NAME}}"><option value="">[[Any]]</option>[[@options FIELD_OPTIONS]]</select></div>{{/FILTER_FIELD}}
<button class="btn primary block">[[Apply]]</button>
</form>{{/HAS_FILTER_FIELDS}}
{{#HAS_PRESENCE_URL}}<span hidden hx-sse:connect="{{PRESENCE_URL}}" data-presence-words="[[{} is replying]]"></span>{{/HAS_PRESENCE_URL}}
<span hidden data-keys="J" data-what="[[Next ticket]]"></span><span hidden data-keys="K" data-what="[[Previous ticket]]"></span><span hidden data-keys="X" data-what="[[Select the ticket]]"></span><span hidden data-keys="Shift+X" data-what="[[Select up to here]]"></span>
<div id="results">
{{#HAS_LIST_URL}}<span hidden data-refresh hx-get="{{LIST_URL}}" hx-trigger="refresh" hx-select="#results" hx-target="#results" hx-swap="outerHTML"></span>{{/HAS_LIST_URL}}
{{#HAS_ROWS}}
<form method="post" action="/tickets/bulk" id="bulk-form">
{{#CARRIED}}<input type="hidden" name="list_{{NAME}}" value="{{VALUE}}">{{/CARRIED}}{{#HAS_QUERY}}<input type="hidden" name="list_q" value="{{QUERY}}">{{/HAS_QUERY}}
<div class="bulk" data-bulk role="region" aria-label="[[Selected tickets]]"><strong data-bulk-count data-one="[[1 ticket selected]]" data-many="[[{} tickets selected]]" aria-live="polite"></strong>
<span class="row"><label class="vh" for="bulk-assignee">[[Assign]]</label><select class="select auto sm" id="bulk-assignee" name="assignee">[[@options BULK_AGENTS]]</select><button class="btn sm" name="do" value="assign" data-hotkey="a">[[@icon user-plus]][[Assign]]</button></span><button class="btn sm" name="do" value="mine" data-hotkey="i">[[@icon user-plus]][[Assign to me]]</button><button class="btn sm" name="do" value="close" data-hotkey="e">[[@icon circle-check]][[Close]]</button><button class="btn sm" name="do" value="unread" data-hotkey="u">[[@icon mail]][[Mark unread]]</button><button class="btn sm" name="do" value="merge">[[@icon link]][[Merge]]</button><span class="row"><label class="vh" for="bulk-tag">[[Tag]]</label><input class="input auto sm" id="bulk-tag" name="tag" size="9" placeholder="[[Tag]]" data-hotkey="t"><button class="btn sm" name="do" value="tag">[[@icon tag]][[Tag]]</button></span><button class="btn sm" name="do" value="spam">[[@icon ban]][[Spam]]</button>{{#CAN_ERASE}}<button class="btn sm danger-ghost" name="do" value="erase">[[@icon eraser]][[Erase…]]</button>{{/CAN_ERASE}}
<label class="check sm" data-all-matching hidden><input type="checkbox" name="all" value="1"><span>{{ALL_MATCHING}}</span></label>
<button class="btn ghost sm push" type="reset" data-bulk-clear>[[Clear]]</button></div>
<ul class="tickets" role="list" id="list">
{{#ROW}}<li class="{{#UNREAD}}unread{{/UNREAD}}" data-ticket="{{ROW_ID}}">
<label class="hit"><input type="checkbox" name="ticket" value="{{ROW_ID}}"><span class="vh">[[Select “{{ROW_SUBJECT}}”]]</span></label>
<span class="unread-dot">{{#UNREAD}}<span class="vh">[[Unread]]</span>{{/UNREAD}}</span>
<span class="who">[[@avatar WHO]]<span class="name clip{{#WHO_ERASED}} t3{{/WHO_ERASED}}">{{WHO_NAME}}</span></span>
<span class="what"><span class="subject"><a class="clip{{#ROW_IS_SHELL}} t3{{/ROW_IS_SHELL}}" href="{{ROW_URL}}" data-row>{{ROW_SUBJECT}}</a>{{#ROW_TAG}}<span class="tag">{{TAG}}</span>{{/ROW_TAG}}{{#IS_NOT_OPEN}}<span class="badge line">{{#IS_SETTLED}}[[@icon check]]{{/IS_SETTLED}}{{STATUS}}</span>{{/IS_NOT_OPEN}}<span class="presence" data-presence{{#NO_PRESENCE}} hidden{{/NO_PRESENCE}}>[[@icon square-pen]]<span data-presence-text>{{PRESENCE}}</span></span></span><span class="snip clip">{{#SNIPPET_IS_OURS}}[[You:]] {{/SNIPPET_IS_OURS}}{{SNIPPET}}</span></span>
<span class="meta">[[@include retention_line.tpl]]{{#HAS_ASSIGNEE}}<span class="avatar {{ASSIGNEE_COLOUR}} sm" role="img" aria-label="[[Assigned to {{ASSIGNEE_NAME}}]]">{{ASSIGNEE_INITIALS}}</span>{{/HAS_ASSIGNEE}}{{#NO_ASSIGNEE}}<span class="slot"></span>{{/NO_ASSIGNEE}}[[@time UPDATED]]</span>
</li>{{/ROW}}
</ul>
</form>
{{/HAS_ROWS}}
{{#IS_EMPTY_LIST}}<div class="empty">[[@icon inbox]]<h2>[[Nothing here]]</h2><p>{{#HAS_QUERY}}[[No ticket in this list has “{{QUERY}}”.]]{{/HAS_QUERY}}{{#NO_QUERY}}[[All answered. New mail will show up here by itself.]]{{/NO_QUERY}}</p><a class="btn" href="/inbox?status=any">[[See all tickets]]</a></div>{{/IS_EMPTY_LIST}}
{{#IS_NEW_INSTALLATION}}<div class="empty">[[@icon mail]]<h2>[[Ready for the first mail]]</h2><p>[[Send one to <b>{{FIRST_MAIL_TO}}</b> and it appears here within a second, sealed and with the date on which it will be erased.]]</p><div class="row wrap"><a class="btn" href="/settings/mail">[[Mail settings]]</a><a class="btn" href="/tickets/new">[[Write a ticket by hand]]</a></div></div>{{/IS_NEW_INSTALLATION}}
[[@include paging.tpl]]
</div>
