<!-- want: inline script -->
<script nonce="{{NONCE}}">go({{X}})</script>
