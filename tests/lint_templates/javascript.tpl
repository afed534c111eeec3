<!-- want: scheme not allowed -->
<a href="javascript:go()">x</a>
