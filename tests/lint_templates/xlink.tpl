<!-- want: xlink:href: no variable -->
<use xlink:href="{{A}}"/>
