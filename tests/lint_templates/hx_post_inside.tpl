<!-- want: hx-post: only one variable -->
<a hx-post="/tickets/{{ID}}">x</a>
