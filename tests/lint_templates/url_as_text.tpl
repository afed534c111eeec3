<!-- want: a Url does not belong here -->
<p title="{{A_URL}}">x</p>
