[[@layout plain]]
<div class="page narrow stack">
<h1>{{PAGE_TITLE}}</h1>
{{#SIGNED_OUT}}<div class="callout warn">[[@icon triangle-alert]]<span class="grow">[[You were signed out before this was sent. What you typed is on this page and nowhere else.]]</span></div><p><a class="btn" href="/sign-in" target="_blank">[[Sign in in a new tab]]</a></p><p class="t2">[[Then come back here and go on.]]</p>{{/SIGNED_OUT}}
{{#SIGNED_IN}}<div class="callout info">[[@icon info]]<span class="grow">[[You signed in again after this form was opened. Nothing was sent yet: look at it and send it.]]</span></div>{{/SIGNED_IN}}
<form class="stack" method="post" enctype="multipart/form-data">
{{#SHORT}}<textarea hidden name="{{NAME}}">{{VALUE}}</textarea>{{/SHORT}}
{{#LONG}}<div class="field"><label for="{{FIELD_ID}}">[[What you typed]]</label><textarea class="textarea" id="{{FIELD_ID}}" name="{{NAME}}" rows="9">{{VALUE}}</textarea></div>{{/LONG}}
{{#FILES}}<div class="field"><label for="{{FIELD_ID}}">[[Choose the files again]]</label><input class="input" id="{{FIELD_ID}}" name="{{NAME}}" type="file" multiple></div>{{/FILES}}
<div class="row wrap">{{#SIGNED_OUT}}<button class="btn primary">[[Go on]]</button>{{/SIGNED_OUT}}{{#SIGNED_IN}}<button class="btn primary">[[Send it]]</button>{{/SIGNED_IN}}</div>
</form></div>
