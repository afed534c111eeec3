[[@layout agent]]
<div class="page-head"><div class="grow"><nav class="crumbs" aria-label="[[Breadcrumb]]"><a href="/inbox">[[Inbox]]</a>[[@icon chevron-right]]<span>[[New ticket]]</span></nav><h1>[[New ticket]]</h1></div></div>
<div class="page narrow"><form class="stack" method="post" action="/tickets/new" enctype="multipart/form-data">
[[@include errors.tpl]]
<div class="fields-2"><div class="field"><label for="email">[[Email of the person]]</label><input class="input" id="email" name="email" type="email" autocomplete="off" value="{{EMAIL}}" required[[@invalid email]]>[[@error email]]</div>
<div class="field"><label for="name">[[Name]] <span class="t3">[[if known]]</span></label><input class="input" id="name" name="name" autocomplete="off" value="{{NAME}}"></div></div>
<div class="field"><label for="subject">[[Subject]]</label><input class="input" id="subject" name="subject" value="{{FORM_SUBJECT}}" required[[@invalid subject]]>[[@error subject]]</div>
<div class="field"><label for="text">[[Text]]</label><textarea class="textarea" id="text" name="text" rows="9" required[[@invalid text]]>{{FORM_TEXT}}</textarea>[[@error text]]</div>
<div class="fields-3"><div class="field"><label for="group">[[Group]]</label><select class="select" id="group" name="group">[[@options GROUPS]]</select></div>
<div class="field"><label for="type">[[Type]]</label><select class="select" id="type" name="type">[[@options TYPES]]</select></div>
<div class="field"><label for="assignee">[[Assignee]]</label><select class="select" id="assignee" name="assignee">[[@options ASSIGNEES]]</select></div></div>
<div class="field"><label for="tags">[[Tags]]</label><input class="input" id="tags" name="tags" value="{{TAGS}}" aria-describedby="tags-hint"><p class="hint" id="tags-hint">[[Parted by commas.]]</p></div>
<div class="field"><label for="files">[[Files]]</label><input class="input" id="files" name="files" type="file" multiple></div>
{{#CANNOT_SEND}}<p class="callout">[[@icon info]]<span class="grow">[[No outgoing mail server is set up: the ticket is kept here and nothing is sent.]]</span></p>{{/CANNOT_SEND}}
<div class="row wrap">{{#CAN_SEND}}<button class="btn primary" name="do" value="send">[[Create and send to the person]]</button><button class="btn" name="do" value="record">[[Record as the person’s message]]</button>{{/CAN_SEND}}{{#CANNOT_SEND}}<button class="btn primary" name="do" value="record">[[Record as the person’s message]]</button>{{/CANNOT_SEND}}<a class="btn ghost" href="/inbox">[[Cancel]]</a></div>
</form></div>
