<!-- want: href: only one variable -->
<a href="{{A_URL}}{{B}}">x</a>
