<!-- want: href: only one variable -->
<a href="{{NAME}}">x</a>
