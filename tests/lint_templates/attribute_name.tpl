<!-- want: outside of a quoted value -->
<p {{ATTRIBUTES}}>x</p>
