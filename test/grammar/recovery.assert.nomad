# SYNTAX TEST "source.nomad-job" "damage stays where it is"
name = "unterminated
#      ^^^^^^^^^^^^^ string.quoted.double.nomad-job
next = 1
# <---- variable.other.property.nomad-job - string.quoted.double.nomad-job
#      ^ constant.numeric.nomad-job
a = "x ${upper("y")} z" // tail
#      ^^ punctuation.definition.interpolation.begin.nomad-job
#        ^^^^^ support.function.nomad-job
#                  ^ punctuation.definition.interpolation.end.nomad-job
#                    ^ string.quoted.double.nomad-job - meta.interpolation.nomad-job
#                       ^^ comment.line.double-slash.nomad-job
b = "$${literal}"
#    ^^^ constant.character.escape.template.nomad-job
#       ^^^^^^^ string.quoted.double.nomad-job - meta.interpolation.nomad-job
c = "${NOMAD_PORT_ssh}"
#      ^^^^^^^^^^^^^^ support.constant.runtime.nomad-job
d = metadata.attr_x
#   ^^^^^^^^ variable.other.nomad-job - support.constant.runtime.nomad-job
e = a-b
#   ^^^ variable.other.nomad-job
f = x == 1 ? "EOF" : 2
#     ^^ keyword.operator.comparison.nomad-job
g = <<EOF
not EOF yet
#   ^^^ string.unquoted.heredoc.nomad-job - keyword.control.heredoc.end.nomad-job
EOF
# <--- keyword.control.heredoc.end.nomad-job
h = true
#   ^^^^ constant.language.nomad-job
i = true_story
#   ^^^^^^^^^^ variable.other.nomad-job
