<!-- want: no script in htmx -->
<a hx-trigger="click[ctrlKey]">x</a>
