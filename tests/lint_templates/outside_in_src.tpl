<!-- want: only stand in href -->
<img src="{{A_HREF}}">
