<!-- want: never changed by hand -->
<p>{{TEXT:none}}</p>
