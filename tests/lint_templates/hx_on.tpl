<!-- want: attribute hx-on:click -->
<a hx-on:click="go()">x</a>
