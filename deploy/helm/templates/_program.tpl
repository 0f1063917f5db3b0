{{/*
A pod of the program `antigravity` that talks to the gateway: dict root, component, args, and if wanted mounts and volumes (YAML lists).
A job that couldn't reach the gateway (exit code 69) is started again, with Kubernetes' growing pause.
*/}}
{{- define "antigravity.programPod" -}}
{{- $trusted := or .root.Values.trustedCertificates.secretName .root.Values.trustedCertificates.configMapName -}}
{{- $tls := ne .root.Values.tls.mode "none" -}}
{{- include "antigravity.podBasics" . }}
restartPolicy: {{ default "OnFailure" .restartPolicy }}
containers:
  - name: {{ .component }}
    image: {{ include "antigravity.image" (dict "root" .root "image" .root.Values.program.image) }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args:
      {{- range .args }}
      - {{ toJson . }}
      {{- end }}
    env:
      - name: ANTIGRAVITY_SERVER
        value: {{ include "antigravity.address" (dict "root" .root "component" "gateway") }}
      - name: ANTIGRAVITY_ARCHIVE
        value: {{ .root.Values.archive | quote }}
      {{- with .root.Values.access.jobs.secretName }}
      - name: ANTIGRAVITY_API_KEY
        valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $.root.Values.access.jobs.secretKey }} } }
      {{- end }}
      {{- if $trusted }}
      - { name: SSL_CERT_FILE, value: /trusted/{{ .root.Values.trustedCertificates.key }} }
      {{- end }}
      {{- if $tls }}
      # The gateway's: what calls a service may have to show one.
      - { name: ANTIGRAVITY_TLS_CERT, value: /tls/tls.crt }
      - { name: ANTIGRAVITY_TLS_KEY, value: /tls/tls.key }
      - { name: ANTIGRAVITY_TLS_CA, value: /tls/ca.crt }
      {{- end }}
    resources: {{- toYaml .root.Values.program.resources | nindent 6 }}
    securityContext: {{- include "antigravity.containerSecurity" . | nindent 6 }}
    {{- if or .mounts $trusted $tls }}
    volumeMounts:
      {{- if $tls }}
      - { name: tls, mountPath: /tls, readOnly: true }
      {{- end }}
      {{- if $trusted }}
      - { name: trusted, mountPath: /trusted, readOnly: true }
      {{- end }}
      {{- with .mounts }}{{- . | nindent 6 }}{{- end }}
    {{- end }}
{{- if or .volumes $trusted $tls }}
volumes:
  {{- if $tls }}
  - name: tls
    secret: { secretName: {{ include "antigravity.tlsSecret" (dict "root" .root "component" "gateway") }}, defaultMode: 0440 }
  {{- end }}
  {{- with include "antigravity.trustedVolume" . | trim }}{{- . | nindent 2 }}{{- end }}
  {{- with .volumes }}{{- . | nindent 2 }}{{- end }}
{{- end }}
{{- end -}}
