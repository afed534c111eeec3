<!-- want: attribute srcdoc -->
<iframe srcdoc="{{BODY}}"></iframe>
