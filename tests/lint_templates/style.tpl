<!-- want: attribute style -->
<p style="color:{{C}}">x</p>
