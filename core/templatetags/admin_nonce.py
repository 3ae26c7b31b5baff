"""{% script_open_tag %}: <script> with the nonce of the admin page it stands in."""

from django import template

from core import csp

register = template.Library()

register.simple_tag(csp.script_open_tag)
