<!-- want: <animate> is not allowed -->
<svg><animate to="{{X}}"/></svg>
