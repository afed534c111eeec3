<!-- want: must be quoted -->
<p class={{C}}>x</p>
