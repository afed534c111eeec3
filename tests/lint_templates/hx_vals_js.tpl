<!-- want: attribute hx-vals -->
<a hx-vals='js:{a:1}'>x</a>
