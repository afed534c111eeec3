<!-- want: attribute onclick -->
<button onclick="go()">x</button>
