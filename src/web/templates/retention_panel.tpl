<section class="panel retention" aria-labelledby="ret-h"><h2 id="ret-h">[[@icon hourglass]][[Retention]]</h2>
{{#RET_AFTER_CLOSE}}<p class="when">[[Erased {{RET_DATE}}]]<br><span class="t3 sm">[[if it is closed today]]</span></p><p class="sm t2">[[Rule <a href="{{RET_RULE_URL}}">{{RET_RULE}}</a>. The clock starts when the ticket is closed; reopening starts it again.]]</p>{{/RET_AFTER_CLOSE}}
{{#RET_DUE}}<p class="when">[[Erased {{RET_DATE}}]]</p><p class="sm t2">[[Rule <a href="{{RET_RULE_URL}}">{{RET_RULE}}</a>. On that day the keys are destroyed and nothing opens it again.]]</p>{{/RET_DUE}}
{{#RET_ON_HOLD}}<p class="when">[[On hold]]</p><p class="sm t2">{{RET_REASON}}</p>{{/RET_ON_HOLD}}
{{#RET_EXCEPTED}}<p class="when">[[Kept by exception]]</p><p class="sm t2">{{RET_REASON}}</p>{{/RET_EXCEPTED}}
{{#RET_NO_RULE}}<p class="when">[[No date]]</p><p class="sm t2">[[No rule covers this, so it stays until someone erases it.]] <a href="/retention">[[See the rules]]</a></p>{{/RET_NO_RULE}}
{{#RET_ERASED}}<p class="when">[[Erased]]{{#HAS_RET_DATE}} {{RET_DATE}}{{/HAS_RET_DATE}}</p>{{#HAS_RET_RULE}}<p class="sm t2">[[by {{RET_RULE}}]]</p>{{/HAS_RET_RULE}}{{/RET_ERASED}}
{{#PANEL_CAN_HOLD}}<div class="row wrap"><a class="btn sm" href="{{PANEL_HOLD_URL}}">[[@icon snowflake]][[Put on hold…]]</a></div>{{/PANEL_CAN_HOLD}}
</section>
