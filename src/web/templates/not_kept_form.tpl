[[@layout plain]]
<div class="page narrow stack">
<h1>{{PAGE_TITLE}}</h1>
<div class="callout warn">[[@icon triangle-alert]]<span class="grow">[[You were signed out before this was sent. It was too long to be kept here, so nothing of it was stored.]]</span></div>
<p><a class="btn primary" href="/sign-in" target="_blank">[[Sign in in a new tab]]</a></p>
<p class="t2">[[Then go back one page in this tab. What you typed is often still there. If not, look for the draft that was kept last.]]</p>
</div>
