<!-- want: attribute formaction -->
<button formaction="{{A_URL}}">x</button>
