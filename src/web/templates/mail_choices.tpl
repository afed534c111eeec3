[[@layout entry]]
{{#EXPIRED}}
<div class="stack xs"><h1>[[This link no longer works]]</h1><p class="t2">[[It is not one of ours, or what it was about has been erased: then nothing is sent to this address any more.]]</p></div>
{{/EXPIRED}}
{{#VALID}}
<div class="stack xs"><h1>[[Your mails]]</h1><p class="t2">[[for {{EMAIL}}]]</p></div>
{{#IS_SAVED}}<div class="callout" role="status">[[@icon check]]<span class="grow">[[Saved. It applies from now on.]]</span></div>{{/IS_SAVED}}
<form class="stack" method="post" action="{{CHOICES_URL}}">
  <label class="check"><input type="checkbox" name="acknowledgements" value="1"{{#ACKNOWLEDGEMENTS}} checked{{/ACKNOWLEDGEMENTS}}><span>[[Confirm that my message has arrived]]</span></label>
  <label class="check"><input type="checkbox" name="notifications" value="1"{{#NOTIFICATIONS}} checked{{/NOTIFICATIONS}}><span>[[Other automatic mails]]</span></label>
  {{#IN_THREAD}}<label class="check"><input type="checkbox" name="copies" value="1"{{#IN_COPY}} checked{{/IN_COPY}}><span>[[Copies of the conversation this mail belongs to]]</span></label>{{/IN_THREAD}}
  <p class="hint">[[Answers to your own questions always reach you.]]</p>
  <button class="btn primary lg block">[[Save]]</button>
</form>
{{/VALID}}
