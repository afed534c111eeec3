<!-- want: hx-get: only one variable -->
<a hx-get="{{PLACE}}">x</a>
