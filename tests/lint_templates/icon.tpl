<!-- want: unknown icon -->
<p>[[@icon no-such-icon]]</p>
