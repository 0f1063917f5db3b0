{{/*
A map as TOML: values first, then tables. Helm's own toToml would write whole numbers as 256.0, which the programs refuse; JSON's strings,
numbers, booleans and arrays of these are TOML's as well. Dict map, path (of the table, "" at the top).
*/}}
{{- define "antigravity.toml" -}}
{{- $path := .path -}}
{{- range $key, $value := .map -}}
{{- if not (kindIs "map" $value) }}
{{ $key }} = {{ toJson $value }}
{{- end -}}
{{- end -}}
{{- range $key, $value := .map -}}
{{- if kindIs "map" $value -}}
{{- $table := ternary (toJson $key) (printf "%s.%s" $path (toJson $key)) (eq $path "") }}

[{{ $table }}]
{{- include "antigravity.toml" (dict "map" $value "path" $table) -}}
{{- end -}}
{{- end -}}
{{- end -}}
