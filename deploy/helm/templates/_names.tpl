{{/* How things are called and labelled, and which image they run. */}}

{{- define "antigravity.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}{{ $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end -}}

{{/* The labels by which one component is chosen: dict root, component. */}}
{{- define "antigravity.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "antigravity.labels" -}}
{{ include "antigravity.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: antigravity
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{/* An image of ours: dict root, image. */}}
{{- define "antigravity.image" -}}
{{- $repository := .image.repository -}}
{{- with .root.Values.image.registry }}{{ $repository = printf "%s/%s" (trimSuffix "/" .) $repository }}{{ end -}}
{{- if .image.digest }}{{ $repository }}@{{ .image.digest }}
{{- else }}{{ $repository }}:{{ coalesce .image.tag .root.Values.image.tag .root.Chart.AppVersion }}
{{- end }}
{{- end -}}

{{/* The port of a service: dict component. */}}
{{- define "antigravity.port" -}}
{{ get (dict "gateway" 7400 "retriever" 7401 "answerer" 7402) .component }}
{{- end -}}

{{/* The full name of a service's gRPC service, which its health is asked for. */}}
{{- define "antigravity.grpcService" -}}
antigravityqa.{{ .component }}.v1.{{ title .component }}Service
{{- end -}}

{{/* The address of another service: dict root, component. A trailing dot would spare the search list, but a certificate wouldn't match it. */}}
{{- define "antigravity.address" -}}
{{- $scheme := ternary "http" "https" (eq .root.Values.tls.mode "none") -}}
{{ $scheme }}://{{ include "antigravity.fullname" .root }}-{{ .component }}.{{ .root.Release.Namespace }}.svc:{{ include "antigravity.port" . }}
{{- end -}}

{{- define "antigravity.qdrantUrl" -}}
{{- if eq .Values.qdrant.mode "external" }}{{ .Values.qdrant.external.url }}
{{- else }}http://{{ include "antigravity.fullname" . }}-qdrant.{{ .Release.Namespace }}.svc:6334
{{- end }}
{{- end -}}

{{/* The port that a URL names, or that of its scheme. */}}
{{- define "antigravity.urlPort" -}}
{{- $host := (urlParse .).host -}}
{{- if regexMatch ":[0-9]+$" $host }}{{ regexFind "[0-9]+$" $host }}{{ else if hasPrefix "https:" . }}443{{ else }}80{{ end }}
{{- end -}}

{{/* Whether a service runs in two replicas at least: "true" or nothing. Dict root, component. */}}
{{- define "antigravity.replicated" -}}
{{- $values := get .root.Values .component -}}
{{- if $values.autoscaling.enabled }}{{ if ge (int $values.autoscaling.minReplicas) 2 }}true{{ end }}
{{- else if ge (int $values.replicas) 2 }}true{{ end }}
{{- end -}}

{{- define "antigravity.retrieverVolume" -}}
{{ include "antigravity.fullname" . }}-retriever-data
{{- end -}}
